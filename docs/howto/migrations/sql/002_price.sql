alter table items add column price integer not null default 0;
create index items_price on items (price);
