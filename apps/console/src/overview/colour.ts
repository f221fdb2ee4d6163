/** The colour that a CSS colour of the theme comes to, for a canvas, which knows no custom properties. */
export function colourOf(css: string): string {
  const probe = document.createElement('span');
  probe.style.color = css;
  probe.hidden = true;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Tells when the theme changes, by the switch or by the system. Returns what stops it. */
export function onThemeChange(tell: () => void): () => void {
  const watch = new MutationObserver(tell);
  watch.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', tell);
  return () => {
    watch.disconnect();
    system.removeEventListener('change', tell);
  };
}
