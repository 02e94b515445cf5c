//! Opening what a data folder and a database hold.

use std::{fs, path::Path};

use db::Db;
use kernel::{Chance, Clock};

use super::failure::{Failure, Outcome};
use crate::{
    modules::{App, SharedApp},
    platform::{instance, schema::MIGRATIONS, settings::Settings},
};

/// Makes the data folder, readable by its owner alone.
pub(super) fn make_folder(settings: &Settings) -> Outcome<()> {
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder
        .create(&settings.data)
        .map_err(|error| Failure::because(format!("data folder {}: {error}", settings.data.display())))
}

/// Opens the database.
pub(super) async fn open(settings: &Settings) -> Outcome<Db> {
    let file = settings.database.strip_prefix("sqlite:").map(Path::new);
    if let Some(folder) =
        file.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty() && !folder.exists())
    {
        return Err(Failure::because(format!("there is no folder {}: run `jishi migrate`", folder.display())));
    }
    Ok(Db::open(&db::Settings::new(&settings.database)).await?)
}

/// Puts the application together.
pub(super) async fn start(db: Db, settings: Settings) -> Outcome<SharedApp> {
    let (chance, clock) = (Chance::system(), Clock::system());
    let keys = instance::keys_unscoped(&db, &settings, &chance, clock.now()).await?;
    Ok(App::new(db, clock, chance, keys, settings).await?)
}

/// Opens an instance whose schema is current, for a command that changes its records.
pub(super) async fn start_current(settings: Settings) -> Outcome<SharedApp> {
    let db = open(&settings).await?;
    let pending = db.pending(MIGRATIONS).await?;
    if !pending.is_empty() {
        return Err(Failure::because(format!("the schema misses {}: run `jishi migrate`", pending.join(", "))));
    }
    start(db, settings).await
}

/// Makes what is missing and brings the schema forward.
pub(super) async fn migrate(settings: Settings) -> Outcome<()> {
    make_folder(&settings)?;
    let db = open(&settings).await?;
    let applied = db.migrate(MIGRATIONS).await?;
    for step in &applied {
        println!("applied {step}");
    }
    if applied.is_empty() {
        println!("nothing to apply: the schema is current");
    }
    instance::keys_unscoped(&db, &settings, &Chance::system(), Clock::system().now()).await?;
    match &settings.master {
        Some(_) => println!("the master key is that of JISHI_MASTER_KEY; keep a copy in a safe place"),
        None => println!(
            "the master key is {}; keep a copy in a safe place, apart from the data",
            instance::key_file(&settings).display()
        ),
    }
    db.close().await;
    Ok(())
}
