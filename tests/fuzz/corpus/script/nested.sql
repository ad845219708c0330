\if 1
\if 2
\else
\endif
\elif 3
a;
\else
b;
\endif