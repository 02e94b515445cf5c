//! The shapes last asked for.

use std::{collections::HashMap, sync::Arc};

use crate::Shape;

/// A bounded store of shapes in two generations: when the young one is full it becomes the old one, and what was old and
/// not asked for since is forgotten. Nearly a "least recently used", at the price of one look-up.
#[derive(Debug)]
pub struct Shapes {
    half: usize,
    young: HashMap<Box<str>, Arc<Shape>>,
    old: HashMap<Box<str>, Arc<Shape>>,
}

impl Shapes {
    /// Room for about `capacity` shapes.
    pub fn new(capacity: usize) -> Self {
        Self { half: (capacity / 2).max(1), young: HashMap::new(), old: HashMap::new() }
    }

    /// The shape of a code, if it is kept.
    pub fn get(&mut self, code: &str) -> Option<Arc<Shape>> {
        if let Some(shape) = self.young.get(code) {
            return Some(Arc::clone(shape));
        }
        let shape = self.old.remove(code)?;
        self.keep(code, Arc::clone(&shape));
        Some(shape)
    }

    /// Keeps a shape.
    pub fn keep(&mut self, code: &str, shape: Arc<Shape>) {
        if self.young.len() >= self.half {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(code.into(), shape);
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> Arc<Shape> {
        Arc::new(Shape::parse(r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#).unwrap())
    }

    #[test]
    fn the_store_stays_within_its_bounds_and_keeps_what_is_asked_for() {
        let mut shapes = Shapes::new(10);
        for number in 0..100 {
            shapes.keep(&number.to_string(), shape());
            shapes.keep("often", shape());
            assert!(shapes.get("often").is_some());
            assert!(shapes.len() <= 11);
        }
        assert!(shapes.get("0").is_none());
    }
}
