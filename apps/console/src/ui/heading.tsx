import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';

/** Of the screen that was told last. The first one is told by the browser, as the page that it has loaded. */
let told: string | undefined;

interface Props {
  /** What the document is called. */
  title: string;
  /** The heading, where it is more than the title. */
  children?: ReactNode;
}

/** A screen's heading. It names the document, and who has come from another screen is taken to it, as by a page that is loaded. */
export function Heading({ title, children = title }: Props) {
  const place = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = `${title} · Tidings`;
  }, [title]);
  useEffect(() => {
    if (told !== undefined && told !== pathname) place.current?.focus();
    told = pathname;
  }, [pathname]);
  return (
    <h1 ref={place} tabIndex={-1}>
      {children}
    </h1>
  );
}
