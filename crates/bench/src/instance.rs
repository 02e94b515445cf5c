//! The instance that is measured.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{Target, figures::machine};

/// A running demo instance; one that was started here is stopped when this is dropped.
pub(crate) struct Instance {
    /// Host and port.
    pub address: String,
    /// Its database, if known.
    pub database: Option<String>,
    started: Option<(Child, Option<tempfile::TempDir>)>,
    /// Where one that was started here keeps its data.
    folder: Option<PathBuf>,
}

impl Instance {
    /// Takes the instance named, on loopback only, or starts one in a temporary folder.
    pub fn find_or_start(target: &Target) -> Result<Self> {
        let Some(url) = &target.url else { return Self::start(target) };
        let address = url.strip_prefix("http://").context("--url must begin with http://")?.trim_end_matches('/');
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
        ensure!(matches!(host, "127.0.0.1" | "localhost" | "[::1]"), "only an instance on loopback is put under load");
        Ok(Self { address: address.to_owned(), database: target.database.clone(), started: None, folder: None })
    }

    fn start(target: &Target) -> Result<Self> {
        if let Some(folder) = &target.data {
            return Self::start_in(target, folder);
        }
        let folder = tempfile::tempdir()?;
        let mut instance = Self::start_in(target, folder.path())?;
        if let Some((_, kept)) = &mut instance.started {
            *kept = Some(folder);
        }
        Ok(instance)
    }

    /// Starts one in a folder that stays.
    pub fn start_in(target: &Target, folder: &Path) -> Result<Self> {
        let mut command = Command::new(program(target)?);
        // The scripted cases alone: what more is needed is filled in.
        command.arg("demo").arg("--data").arg(folder).args(["--port", "0", "--cases", "0"]);
        if let Some(database) = &target.database {
            command.args(["--database", database]);
        }
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn()?;
        let output = child.stdout.take().context("no output")?;
        let file: PathBuf = folder.join("jishi.db");
        let database = target.database.clone().unwrap_or_else(|| format!("sqlite:{}", file.display()));
        let mut instance = Self {
            address: String::new(),
            database: Some(database),
            started: Some((child, None)),
            folder: Some(folder.to_owned()),
        };
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next().transpose()? {
            if let Some((_, rest)) = line.split_once("http://") {
                instance.address = rest.split('/').next().unwrap_or_default().to_owned();
                // A full pipe must not stop the server.
                thread::spawn(move || lines.for_each(drop));
                return Ok(instance);
            }
        }
        bail!("the instance did not start")
    }

    /// Has the program make what is public anew from every case, as its operator would; returns how long that took.
    #[expect(clippy::disallowed_methods, reason = "measuring is the load generator's business")]
    pub fn disclose(&self, target: &Target) -> Result<String> {
        let folder = self.folder.as_ref().context("cases are put into an instance that is started here")?;
        let start = std::time::Instant::now();
        let output = Command::new(program(target)?)
            .arg("disclose")
            .env("JISHI_DATA", folder)
            .env("JISHI_DATABASE", self.database.as_deref().unwrap_or_default())
            .env("JISHI_REGION", "1404")
            .output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let counted = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok(format!("{counted} in {:.0} s", start.elapsed().as_secs_f64()))
    }

    /// Ends it as a power cut would: at once, in the middle of whatever it does.
    pub fn kill(&mut self) -> Result<()> {
        if let Some((mut child, folder)) = self.started.take() {
            child.kill()?;
            child.wait()?;
            drop(folder);
        }
        Ok(())
    }

    /// The machine and the database, in words.
    pub fn tell(&self) {
        println!("machine      {}", machine());
        println!("database     {}", self.kind());
    }

    /// Which database.
    fn kind(&self) -> &'static str {
        match self.database.as_deref() {
            Some(url) if url.starts_with("sqlite:") => "SQLite, WAL, synchronous=FULL",
            Some(_) => "PostgreSQL",
            None => "unknown",
        }
    }

    /// How large the data have become.
    pub fn size(&self) -> String {
        let file = self.database.as_deref().and_then(|url| url.strip_prefix("sqlite:"));
        let bytes = |ending: &str| {
            file.and_then(|file| std::fs::metadata(format!("{file}{ending}")).ok()).map_or(0, |meta| meta.len())
        };
        if file.is_none() {
            return "not known from here".to_owned();
        }
        format!("{} MB and {} MB of write-ahead log", bytes("") / 1_000_000, bytes("-wal") / 1_000_000)
    }
}

/// The program to measure: the one named, or the one beside this.
pub(crate) fn program(target: &Target) -> Result<PathBuf> {
    let beside = std::env::current_exe()?.with_file_name("jishi");
    let program = target.program.clone().unwrap_or(beside);
    ensure!(program.exists(), "{} is missing: build it with the same profile", program.display());
    Ok(program)
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some((child, _folder)) = &mut self.started {
            // The polite signal, which the standard library cannot send; then wait, so that the folder is free.
            let asked = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status();
            if !asked.is_ok_and(|status| status.success()) {
                let _ = child.kill();
            }
            let _ = child.wait();
        }
    }
}
