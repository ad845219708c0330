a;
\gset

\gset