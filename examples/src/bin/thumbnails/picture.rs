//! One image becomes one thumbnail. This is the work that needs the CPU.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{ImageError, ImageFormat, load_from_memory};
use std::path::Path;

/// A thumbnail that is ready to be written.
pub(crate) struct Thumbnail {
    /// The file.
    pub jpeg: Vec<u8>,
    /// Width and height.
    pub size: (u32, u32),
}

/// Whether a file looks like an image that can be read.
pub(crate) fn is_image(path: &Path) -> bool {
    matches!(ImageFormat::from_path(path), Ok(ImageFormat::Jpeg | ImageFormat::Png))
}

/// Makes the thumbnail of an image, with this many pixels on its longer side.
pub(crate) fn thumbnail(image: &[u8], size: u32) -> Result<Thumbnail, ImageError> {
    let image = load_from_memory(image)?;
    let small = image.resize(size, size, FilterType::CatmullRom).into_rgb8();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 80).encode_image(&small)?;
    Ok(Thumbnail { jpeg, size: small.dimensions() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene;

    #[test]
    fn a_thumbnail_fits_and_keeps_its_shape() {
        let image = scene::draw(3, (400, 200));
        let file = scene::encode(&image, ImageFormat::Png).unwrap();
        let thumbnail = thumbnail(&file, 100).unwrap();
        assert_eq!(thumbnail.size, (100, 50));
        let decoded = load_from_memory(&thumbnail.jpeg).unwrap();
        assert_eq!((decoded.width(), decoded.height()), (100, 50));
    }

    #[test]
    fn what_is_no_image_is_an_error() {
        assert!(thumbnail(b"no image", 100).is_err());
    }

    #[test]
    fn images_are_known_by_their_names() {
        assert!(is_image(Path::new("a.jpg")) && is_image(Path::new("b/A.PNG")));
        assert!(!is_image(Path::new("a.txt")) && !is_image(Path::new("jpg")));
    }
}
