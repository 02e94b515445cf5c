//! The rooms of the house. Each module's face is what its `mod.rs` re-exports; who may use whom is a table in
//! `ARCHITECTURE.md`, checked by a test.

pub mod audit;
pub mod briefs;
pub mod calendar;
pub mod call_backs;
pub mod cases;
pub mod catalog;
pub mod contacts;
pub mod demo;
pub mod disclosure;
pub mod enforcement;
pub mod erasures;
pub mod indicators;
pub mod links;
pub mod matters;
pub mod mediation;
pub mod messages;
pub mod neighbours;
pub mod objections;
pub mod patrols;
pub mod people;
pub mod photos;
pub mod phrases;
pub mod pleas;
pub mod processing;
pub mod rechecks;
pub mod recurrence;
pub mod redrawing;
pub mod regions;
pub mod register;
pub mod retention;
pub mod routing;
pub mod saved_views;
mod schedule;
pub mod signs;
pub mod sources;
pub mod supervision;
pub mod transparency;
pub mod vault;
pub mod verification;
pub mod visits;
mod waiting;
pub mod whistles;
pub mod workbook;

use std::sync::Arc;

use db::Db;
use kernel::{Chance, Clock, Day, Instant, Result};

pub use self::schedule::{Schedule, Worker, press_on, schedules};
use crate::platform::{files::Files, instance, keys::Keys, live::Live, settings::Settings, shelf::Shelf};

/// What every action has at hand.
#[derive(Debug)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The present.
    pub clock: Clock,
    /// Randomness.
    pub chance: Chance,
    /// The instance's secrets.
    pub keys: Keys,
    /// The instance's settings.
    pub settings: Settings,
    /// Hints for live pages.
    pub live: Live,
    /// Photos.
    pub files: Files,
    /// What slows down who guesses passwords.
    pub door: Arc<people::Doorkeeper>,
    /// The catalogue in force.
    pub matters: Arc<matters::Shelf>,
    /// The working calendar.
    pub calendar: Arc<calendar::Shelf>,
    /// The kinds of the register in force.
    pub register: Arc<register::Shelf>,
    /// The first pages of villages and communities in force.
    pub pages: Arc<briefs::Shelf>,
    /// The definitions of indicators in force.
    pub indicators: Arc<indicators::Shelf>,
    /// What is put under supervision by itself.
    pub supervision: Arc<Shelf<supervision::Triggers>>,
    /// What units may ask for.
    pub pleas: Arc<Shelf<pleas::Pleas>>,
    /// What holds of whistles.
    pub whistles: Arc<Shelf<whistles::Catalogue>>,
    /// The items delegated to townships, in force.
    pub enforcement: Arc<enforcement::Shelf>,
    /// The numbers that propose a topic, in force.
    pub limits: Arc<recurrence::Shelf>,
    /// The classes of disputes in force.
    pub disputes: Arc<mediation::Shelf>,
    /// What signs are looked for.
    pub signs: Arc<signs::Shelf>,
    /// What holds of links and visits.
    pub links: Arc<Shelf<links::Catalogue>>,
    /// How results are verified.
    pub verification: Arc<Shelf<verification::Verification>>,
    /// How long contact details are kept.
    pub terms: Arc<Shelf<retention::Terms>>,
    /// Where a point lies.
    pub locator: Arc<regions::Locator>,
    /// Where photos are developed.
    pub darkroom: Arc<photos::Darkroom>,
    /// Whose lists were looked at today.
    pub digests: Arc<messages::Digests>,
}

/// The application, shared by everything that runs.
pub type SharedApp = Arc<App>;

impl App {
    /// Puts the parts together and reads what is kept in memory.
    ///
    /// # Errors
    /// `internal` when the database cannot be read.
    pub async fn new(db: Db, clock: Clock, chance: Chance, keys: Keys, settings: Settings) -> Result<SharedApp> {
        let files = Files::new(settings.data.join("photos"));
        let app = Self {
            db,
            clock,
            chance,
            keys,
            settings,
            live: Live::default(),
            files,
            door: Arc::default(),
            matters: Arc::default(),
            calendar: Arc::default(),
            register: Arc::default(),
            pages: Arc::default(),
            indicators: Arc::default(),
            pleas: Arc::default(),
            supervision: Arc::default(),
            whistles: Arc::default(),
            enforcement: Arc::default(),
            disputes: Arc::default(),
            signs: Arc::default(),
            links: Arc::default(),
            verification: Arc::default(),
            terms: Arc::default(),
            limits: Arc::default(),
            locator: Arc::default(),
            darkroom: Arc::default(),
            digests: Arc::new(messages::Digests::of(waiting::LISTS)),
        };
        app.refresh().await?;
        Ok(Arc::new(app))
    }

    /// The same house at another moment, with randomness of its own: for the demonstration, where many people act side by
    /// side, each at their own time.
    pub fn at(&self, now: Instant, chance: Chance) -> SharedApp {
        Arc::new(Self {
            db: self.db.clone(),
            clock: Clock::moved(now),
            chance,
            keys: self.keys.clone(),
            settings: self.settings.clone(),
            live: Live::default(),
            files: self.files.clone(),
            door: Arc::clone(&self.door),
            matters: Arc::clone(&self.matters),
            calendar: Arc::clone(&self.calendar),
            register: Arc::clone(&self.register),
            pages: Arc::clone(&self.pages),
            indicators: Arc::clone(&self.indicators),
            pleas: Arc::clone(&self.pleas),
            supervision: Arc::clone(&self.supervision),
            whistles: Arc::clone(&self.whistles),
            enforcement: Arc::clone(&self.enforcement),
            disputes: Arc::clone(&self.disputes),
            signs: Arc::clone(&self.signs),
            links: Arc::clone(&self.links),
            verification: Arc::clone(&self.verification),
            terms: Arc::clone(&self.terms),
            limits: Arc::clone(&self.limits),
            locator: Arc::clone(&self.locator),
            darkroom: Arc::clone(&self.darkroom),
            digests: Arc::clone(&self.digests),
        })
    }

    /// Reads again what is kept in memory: catalogue, calendar, boundaries, keys. Cheap when nothing changed. The keys come
    /// last: a master key that is not to be had keeps nothing else from being read.
    ///
    /// # Errors
    /// `internal` when the database cannot be read.
    pub async fn refresh(&self) -> Result<()> {
        matters::actions::refresh(self).await?;
        calendar::refresh(self).await?;
        register::refresh(self).await?;
        briefs::refresh(self).await?;
        indicators::refresh(self).await?;
        pleas::refresh(self).await?;
        supervision::refresh(self).await?;
        whistles::refresh(self).await?;
        enforcement::refresh(self).await?;
        mediation::refresh(self).await?;
        signs::refresh(self).await?;
        links::refresh(self).await?;
        verification::refresh(self).await?;
        retention::refresh(self).await?;
        recurrence::refresh(self).await?;
        regions::refresh(self).await?;
        instance::refresh_keys(&self.db, &self.keys, &self.settings, self.now()).await
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Today, in the instance's time zone.
    pub fn today(&self) -> Day {
        self.clock.now().day(&self.settings.zone)
    }
}
