//! What was measured, and how it is told.

use std::{collections::BTreeMap, fs, time::Duration};

use crate::{Options, instance::Instance, rows::Rows};

/// The order in which steps are told.
const STEPS: [&str; 7] = ["report", "find", "dispatch", "sign", "result", "follow", "verdict"];

/// What was measured.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub lifecycles: Vec<Duration>,
    pub steps: BTreeMap<&'static str, Vec<Duration>>,
    pub errors: u64,
    pub first_error: Option<String>,
    pub took: Duration,
}

impl Figures {
    pub fn failed(&mut self, error: &anyhow::Error) {
        self.errors += 1;
        self.first_error.get_or_insert_with(|| format!("{error:#}"));
    }

    pub fn add(&mut self, other: Self) {
        self.lifecycles.extend(other.lifecycles);
        for (step, times) in other.steps {
            self.steps.entry(step).or_default().extend(times);
        }
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
    }

    pub fn print(mut self, options: &Options, instance: &Instance, rows: Option<&(Rows, Rows)>) {
        let done = u32::try_from(self.lifecycles.len()).unwrap_or(u32::MAX);
        let rate = f64::from(done) / self.took.as_secs_f64().max(f64::EPSILON);
        let pace = options.rate.map_or_else(|| "closed loop".to_owned(), |rate| format!("{rate} begun a second"));
        println!(
            "load         {} at once, {pace}, {:.1} s; generator on the same machine",
            options.concurrency,
            self.took.as_secs_f64()
        );
        println!("lifecycles   {done} done, {} failed, {rate:.1} a second", self.errors);
        println!("{:<12} {:>9} {:>9} {:>9} {:>9}", "", "p50 ms", "p95 ms", "p99 ms", "max ms");
        tell(12, "lifecycle", &mut self.lifecycles);
        for step in STEPS {
            if let Some(times) = self.steps.get_mut(step) {
                tell(12, step, times);
            }
        }
        if let Some((before, after)) = rows {
            after.tell_since(before, done);
        }
        println!("size         {}", instance.size());
        if let Some(error) = self.first_error {
            println!("first error  {error}");
        }
    }
}

/// A line of percentiles; the name takes `width` columns.
pub(crate) fn tell(width: usize, name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |thousandths: usize| {
        let index = (times.len() * thousandths / 1_000).min(times.len().saturating_sub(1));
        times.get(index).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    };
    println!("{name:<width$} {:>9.1} {:>9.1} {:>9.1} {:>9.1}", at(500), at(950), at(990), at(1_000));
}

/// Processor, cores, memory, as Linux tells them.
pub(crate) fn machine() -> String {
    let line = |file: &str, key: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(key)).and_then(|line| line.split_once(':'));
        line.map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("{}, {cores} cores, {} memory", line("/proc/cpuinfo", "model name"), line("/proc/meminfo", "MemTotal"))
}
