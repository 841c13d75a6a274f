/** Where an image's files appear inside of a sandbox. */
const folder = "/opt/strongroom";

export const inside = {
  folder,
  node: `${folder}/bin/node`,
  libraries: `${folder}/lib`,
  xgboost: `${folder}/lib/libxgboost.so.0`,
} as const;
