//! What a redrawing did. Types only.

use serde::{Deserialize, Serialize};

use crate::modules::{
    people::{FollowedPost, FollowedUnit},
    regions::{Begun, Ended, MovedSpot, RegionRef},
};

/// What a redrawing did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RedrawingOutcome)]
pub struct Outcome {
    /// Places that begin.
    pub begun: Vec<Begun>,
    /// Places that end.
    pub ended: Vec<Ended>,
    /// Places that get another boundary.
    pub changed: Vec<RegionRef>,
    /// Open cases that move, by where they go.
    pub cases: Vec<CasesMoved>,
    /// Posts that follow.
    pub posts: Vec<FollowedPost>,
    /// Units that follow.
    pub units: Vec<FollowedUnit>,
    /// Things of the register that lie in another place now.
    #[serde(default)]
    pub items: i64,
    /// Signs with a QR code that stand in another place now.
    pub spots: Vec<MovedSpot>,
}

/// How many open cases go from one place to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CasesMoved {
    /// Where they were.
    pub from: RegionRef,
    /// Where they are now.
    pub to: RegionRef,
    /// How many by their own point.
    pub by_point: i64,
    /// How many without one, or with one that lies in no area.
    pub without_point: i64,
}
