-- What ended in some days, by place and by lead unit, the last first: morning pages and weekly briefs open into it.
CREATE INDEX cases_city_ended ON cases (city, ended_at, id) WHERE NOT is_open;
CREATE INDEX cases_county_ended ON cases (county, ended_at, id) WHERE NOT is_open;
CREATE INDEX cases_township_ended ON cases (township, ended_at, id) WHERE NOT is_open;
CREATE INDEX cases_village_ended ON cases (village, ended_at, id) WHERE NOT is_open;
CREATE INDEX cases_lead_ended ON cases (lead_unit, ended_at, id) WHERE NOT is_open;
