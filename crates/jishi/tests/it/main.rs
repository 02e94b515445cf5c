//! The application as its users meet it: the router in process, a fresh database, a clock that is moved by hand.
//! One binary, so that everything is linked once.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should say where")]

mod audiences;
mod audit;
mod bare;
mod boundaries;
mod briefs;
mod call_backs;
mod cases;
mod catalog;
mod covers;
mod demo;
mod disclosure;
mod document;
mod enforcement;
mod files;
mod first_pages;
mod imports;
mod indicators;
mod jobs;
mod log_in;
mod mediation;
mod messages;
mod month;
mod neighbours;
mod people;
mod photos;
mod phrases;
mod places;
mod pleas;
mod process;
mod processing;
mod rechecks;
mod recurrence;
mod redrawings;
mod register;
mod restore;
mod retention;
mod routing;
mod saved_views;
mod setup;
mod shapefiles;
mod signs;
mod sources;
mod supervision;
mod support;
mod transparency;
mod upgrade;
mod vault;
mod visits;
mod web;
mod whistles;
mod workbook;
