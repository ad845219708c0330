-- every meta command
\set aid random(1, 100000 * :scale) \
  + 0
\if :aid > 5 and not false
  select 1 as one, ':text', :aid::int \; select 2 \gset p_
\elif null
  select 3; \aset
\else
  \sleep 10 us
\endif
\startpipeline
update t set a = $q$ ; $q$ || E'\';' || U&"a;b" /* ; /* */ */;
\endpipeline
\setshell x echo 1
\shell true
create or replace function f() begin atomic select case when 1 then 2 end; end;
create rule r as on insert to t do (select 1; select 2);
