//! The sub-commands of `jishi`.
