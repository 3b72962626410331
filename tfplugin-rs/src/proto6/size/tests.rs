//! Which objects the next plan can carry.

use super::*;

fn check(prior: usize, config: usize, planned: usize, private: usize) -> bool {
    let bytes = |size: usize| Bytes::from(vec![0; size << 20]);
    let sizes = Sizes { prior: prior << 20, config: config << 20 };
    let (object, private) = (bytes(planned), bytes(private));
    let fits = sizes.check_planned(&object, &private).is_ok();
    assert_eq!(sizes.check_made(&object, &private).is_none(), fits);
    fits
}

#[test]
fn object_is_refused_when_the_next_plan_cannot_carry_it() {
    // (MiB stored, configured, planned, private, fits), 255 MiB being the most.
    let rows = [
        (0, 0, 0, 0, true),
        (0, 85, 85, 0, true),
        (0, 86, 85, 0, false),
        (0, 85, 85, 1, false),
        (84, 85, 85, 0, true),
        (84, 86, 85, 0, false),
        // What only the provider knows is in no configuration.
        (0, 0, 127, 1, true),
        (0, 0, 128, 0, false),
        // What shrinks or goes is never in the way.
        (128, 128, 128, 0, true),
        (255, 0, 0, 1, true),
    ];
    for (prior, config, planned, private, fits) in rows {
        let row = (prior, config, planned, private);
        assert_eq!(check(prior, config, planned, private), fits, "{row:?}");
    }
}
