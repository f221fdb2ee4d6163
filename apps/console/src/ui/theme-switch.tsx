import { useEffect, useState } from 'react';

const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const KEY = 'tidings.theme';

const stored = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';

/** Light, dark, or as the system has it. Remembered by the browser. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(stored);
  useEffect(() => {
    localStorage.setItem(KEY, theme);
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <select aria-label="Theme" value={theme} onChange={({ target }) => setTheme(target.value as Theme)}>
      {THEMES.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}
