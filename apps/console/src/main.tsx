import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { queries } from './api/queries';
import { App } from './app';
import { Boundary } from './ui/boundary';
import { showTheme, storedTheme } from './ui/theme';
import './ui/theme.css';
import './ui/layout.css';
import './ui/controls.css';
import './ui/tables.css';

showTheme(storedTheme());
const page = (
  <Boundary>
    <App />
  </Boundary>
);
const router = createBrowserRouter([{ path: '*', element: page }], { basename: '/console' });
const root = document.getElementById('root');
if (!root) throw new Error('The page has no place for the console.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
