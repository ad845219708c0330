\set x case when :a < 1.5e3 then least(1, 2) else abs(-3) end << 2 % 5
select :x