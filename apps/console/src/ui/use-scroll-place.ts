import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

/**
 * Keeps the rows that are looked at where they are when others come or go above them. `unseen`: how many came since the top was last in
 * view; `toTop` goes there.
 */
export function useScrollPlace(frame: RefObject<HTMLElement | null>, rows: readonly { id: string }[], rowPx: number) {
  const before = useRef(rows);
  const [unseen, setUnseen] = useState(0);
  useLayoutEffect(() => {
    const known = before.current;
    before.current = rows;
    const element = frame.current;
    if (!element || element.scrollTop < rowPx) return;
    const from = Math.floor(element.scrollTop / rowPx);
    const shift = rows.findIndex(({ id }) => id === known[from]?.id) - from;
    if (shift === 0 || shift + from < 0) return;
    element.scrollTop += shift * rowPx;
    setUnseen((count) => Math.max(0, count + shift));
  }, [frame, rows, rowPx]);
  const onScroll = useCallback(() => {
    if (frame.current && frame.current.scrollTop < rowPx) setUnseen(0);
  }, [frame, rowPx]);
  const toTop = useCallback(() => frame.current?.scrollTo({ top: 0 }), [frame]);
  return { unseen, onScroll, toTop };
}
