import { z } from "zod";

/** Pieces that the routes about organizations and editing share. */
export const role = z.enum(["viewer", "publisher", "owner"]);
export const visibility = z.enum(["public", "private"]);

export const organizationCard = z.object({
  name: z.string(),
  displayName: z.string(),
  description: z.string(),
  trusted: z.boolean(),
  role: role.optional(),
  members: z.number(),
  repositories: z.number(),
});

export const organization = organizationCard.extend({
  people: z.array(z.object({ user: z.string(), name: z.string(), role, self: z.boolean() })),
  invitations: z.array(z.object({ id: z.string(), role, expiresAt: z.string(), createdBy: z.string() })),
  images: z.array(
    z.object({
      repo: z.string(),
      title: z.string(),
      visibility,
      icon: z.string(),
      latestTag: z.string(),
    }),
  ),
  keys: z.array(z.object({ fingerprint: z.string(), kind: z.string() })),
  requireSignature: z.boolean(),
  clusterRequiresSignatures: z.boolean(),
});

const text = z.string().max(1024 * 1024);

/** Loose in length: what is too long is said at its field, in the reader's language. */
export const words = z.strictObject({
  title: text.optional(),
  titleZh: text.optional(),
  description: text.optional(),
  descriptionZh: text.optional(),
  categories: z.array(text).max(1000).optional(),
  keywords: z.array(text).max(1000).optional(),
  links: z
    .array(z.strictObject({ name: text, url: text }))
    .max(1000)
    .optional(),
  icon: text.optional(),
  readmeEn: text.optional(),
  readmeZh: text.optional(),
  latest: text.optional(),
  tags: z
    .array(
      z.strictObject({
        name: text,
        releaseNotes: text.optional(),
        deprecated: z.boolean().optional(),
        deprecatedReason: text.optional(),
      }),
    )
    .max(500)
    .optional(),
});

export const editView = z.object({
  words,
  image: words,
  tags: z.array(
    z.object({ name: z.string(), releaseNotes: z.string().optional(), deprecated: z.boolean().optional() }),
  ),
  latestTag: z.string(),
  visibility,
  source: z.string(),
});
export const saved = editView.extend({ taken: z.array(z.string()) });

/** Two READMEs and an icon, before and after. */
export const EDIT_BYTES = 3 * 1024 * 1024;
