select 1 -- ; c
, E'a'
 'b\';' , 1e--1;
\sleep 1ms
;;