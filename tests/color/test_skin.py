import numpy as np

from tryon.color import lab_from_linear, skin_albedo
from tryon.color.skin import spread_log


def test_skin_darkens_steadily_with_melanin_and_stays_skin_colored():
    albedo = skin_albedo(np.linspace(-0.1, 1.1, 49))
    assert (np.diff(albedo, axis=0) < 0.0).all()
    assert (albedo[:, 0] > albedo[:, 1]).all()
    assert (albedo[:, 1] > albedo[:, 2]).all()
    lab = lab_from_linear(skin_albedo(np.linspace(0, 1, 11)) + 0.028)
    # A spectrophotometer, which sees the surface too, reads L* 68 to 30 (ISSA, ITA 62° and −75°).
    np.testing.assert_allclose(lab[[0, -1], 0], [68.3, 30.0], atol=0.2)
    ita = np.degrees(np.arctan2(lab[:, 0] - 50.0, lab[:, 2]))
    assert ita[0] > 55.0  # "very light", Chardon et al. 1991
    assert ita[-1] < -30.0  # "dark"


def test_redness_and_yellowness_are_shifts_in_lab():
    plain, shifted = (lab_from_linear(skin_albedo(0.4, redness=r, yellowness=y)) for r, y in ((0, 0), (2.0, -1.0)))
    np.testing.assert_allclose(shifted - plain, [0.0, 2.0, -1.0], atol=1e-6)


def test_spread_is_a_covariance_with_most_of_it_in_blue():
    spread = spread_log(0.5)
    assert np.linalg.eigvalsh(spread).min() > -1e-12
    assert spread[2, 2] == np.diag(spread).max()
