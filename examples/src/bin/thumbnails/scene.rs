//! Draws landscapes, so that there are real images to work on.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageError, ImageFormat, Rgb, RgbImage};

/// A landscape: a sky with a sun, rows of hills, a little grain. The same seed gives the same picture.
pub(crate) fn draw(seed: u32, (width, height): (u32, u32)) -> RgbImage {
    let unit = |n: u32| f32::from((noise(seed, n) & 0xffff) as u16) / 65_535.0;
    let (sun_x, sun_y) = (unit(1) * width as f32, (0.1 + 0.4 * unit(2)) * height as f32);
    let sun_size = (0.03 + 0.05 * unit(3)) * height as f32;
    let sky = [unit(4), 0.4 + 0.3 * unit(5), 0.7 + 0.3 * unit(6)];
    let rows: Vec<Vec<f32>> = (0..4).map(|row| ridge(seed, row, width, height as f32)).collect();
    RgbImage::from_fn(width, height, |x, y| {
        let (fx, fy) = (x as f32, y as f32);
        let row = rows.iter().rposition(|ridge| fy > ridge[x as usize]);
        let color = match row {
            Some(row) => {
                let near = (row as f32 + 1.0) / 4.0;
                [0.30 * (1.0 - near) + 0.10 * sky[0], 0.25 + 0.35 * near, 0.35 * (1.0 - near)]
            }
            None => {
                let distance = ((fx - sun_x).powi(2) + (fy - sun_y).powi(2)).sqrt();
                let glow = (sun_size * 2.0 / distance.max(1.0)).min(1.0);
                let fade = fy / height as f32;
                sky.map(|part| part * (1.0 - 0.4 * fade) + 0.4 * fade + glow * 0.5)
            }
        };
        let grain = f32::from((noise(seed ^ y, x) & 0x3) as u8) / 255.0;
        Rgb(color.map(|part| ((part + grain).clamp(0.0, 1.0) * 255.0) as u8))
    })
}

/// The height of one row of hills at each column.
fn ridge(seed: u32, row: u32, width: u32, height: f32) -> Vec<f32> {
    let phase = (noise(seed, 100 + row) & 0xff) as f32;
    let base = height * (0.45 + 0.13 * row as f32);
    (0..width)
        .map(|x| {
            let at = x as f32 / height * 3.0 + phase;
            base + height * 0.05 * (at.sin() + 0.5 * (at * 2.7).sin() + 0.2 * (at * 7.1).cos())
        })
        .collect()
}

/// The picture as a file.
pub(crate) fn encode(image: &RgbImage, format: ImageFormat) -> Result<Vec<u8>, ImageError> {
    let mut file = Vec::new();
    match format {
        ImageFormat::Png => {
            let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Sub);
            image.write_with_encoder(encoder)?;
        }
        _ => JpegEncoder::new_with_quality(&mut file, 88).encode_image(image)?,
    }
    Ok(file)
}

/// Evenly spread bits that depend on both numbers.
fn noise(seed: u32, n: u32) -> u32 {
    let mut bits = seed.wrapping_mul(0x9e37_79b9) ^ n.wrapping_mul(0x85eb_ca6b);
    bits ^= bits >> 15;
    bits = bits.wrapping_mul(0x2c1b_3c6d);
    bits ^ (bits >> 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_picture_and_another_seed_another_one() {
        let size = (64, 48);
        assert_eq!(draw(1, size), draw(1, size));
        assert_ne!(draw(1, size), draw(2, size));
    }
}
