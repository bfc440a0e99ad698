/**
 * An image may stand in several files: `part of rmm { … }` adds members to image `rmm` of a file that uses the part's.
 * Image and parts are one scope, in the order of the files that the image's file sees.
 */
import { type File, type Image, type ImageMember, type ImagePart, isImage, isImagePart } from '../syntax/generated/ast.ts';

const parts = new WeakMap<Image, readonly ImagePart[]>();
const owners = new WeakMap<ImagePart, Image>();

/** Called once all files of a program are read: `visibleFrom` gives the files that one sees, itself first. */
export function declareParts(files: Iterable<File>, visibleFrom: (file: File) => readonly File[]): void {
  for (const file of files) {
    const visible = visibleFrom(file).flatMap(({ members }) => members.filter(isImagePart));
    for (const image of file.members.filter(isImage)) {
      const found = visible.filter((part) => part.image?.$refText === image.name);
      parts.set(image, found);
      for (const part of found) owners.set(part, image);
    }
  }
}

/** The image that a part belongs to; undefined if the image's file does not use the part's. */
export const imageOfPart = (part: ImagePart): Image | undefined => owners.get(part);

/** The image itself, then its parts. */
export const wholeOf = (image: Image): readonly (Image | ImagePart)[] => [image, ...(parts.get(image) ?? [])];

/** All members of an image, wherever they stand. */
export const membersOfImage = (image: Image): readonly ImageMember[] => wholeOf(image).flatMap(({ members }) => members);
