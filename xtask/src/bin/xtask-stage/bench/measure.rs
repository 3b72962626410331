//! Interleaved samples and their statistics.

use anyhow::Result;

#[cfg(test)]
mod tests;

/// Median with quartiles, in the unit of the samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub(super) low: f64,
    pub(super) median: f64,
    pub(super) high: f64,
}

impl Spread {
    /// # Panics
    ///
    /// If there is no sample.
    pub(super) fn of(samples: &[f64]) -> Self {
        assert!(!samples.is_empty(), "a spread needs a sample");
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        Self {
            low: quantile(&sorted, 0.25),
            median: quantile(&sorted, 0.5),
            high: quantile(&sorted, 0.75),
        }
    }

    /// Of the ratios of two rows of samples, taken round by round.
    pub(super) fn of_ratios(ours: &[f64], peers: &[f64]) -> Self {
        let ratios: Vec<f64> = ours.iter().zip(peers).map(|(ours, peer)| ours / peer).collect();
        Self::of(&ratios)
    }
}

/// What `samples` take beyond `base`, round by round.
pub(super) fn beyond(samples: &[f64], base: &[f64]) -> Vec<f64> {
    samples.iter().zip(base).map(|(sample, base)| sample - base).collect()
}

/// One contestant: gives one sample each time it is called.
pub(super) type Contestant<'a> = Box<dyn FnMut() -> Result<f64> + 'a>;

/// Lets every contestant run once a round, and returns each one's samples. A
/// first round warms caches and is not counted. Who goes first changes from
/// round to round.
pub(super) fn interleave<const N: usize>(
    rounds: usize,
    mut contestants: [Contestant<'_>; N],
) -> Result<[Vec<f64>; N]> {
    let mut samples = [const { Vec::new() }; N];
    for round in 0..=rounds {
        for turn in 0..N {
            let index = (round + turn) % N;
            let sample = contestants[index]()?;
            if round > 0 {
                samples[index].push(sample);
            }
        }
    }
    Ok(samples)
}

/// Linear between the neighbours.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}
