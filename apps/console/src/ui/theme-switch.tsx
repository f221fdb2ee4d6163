import { useState } from 'react';
import { storedTheme, storeTheme, THEMES, type Theme } from './theme';

/** Light, dark, or as the system has it. Remembered by the browser. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(storedTheme);
  const choose = (next: Theme): void => {
    storeTheme(next);
    setTheme(next);
  };
  return (
    <select aria-label="Theme" value={theme} onChange={({ target }) => choose(target.value as Theme)}>
      {THEMES.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}
