"""Splits a table with a label into train and test, scales two columns, and writes header files.

The first column of what it writes is the label (0 or 1), as XGBoost's CSV channel wants it; texts
become the numbers of their categories in sorted order. The same input gives the same bytes.
"""

import json
import sys
from pathlib import Path

import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler, StandardScaler

LABELS = ("label", "default", "target", "class", "credit_risk", "creditability")
INPUT = Path("/opt/ml/processing/input/raw")
OUTPUT = Path("/opt/ml/processing/output")
TEST_SHARE = 0.2
SEED = 7


def read(folder: Path) -> pd.DataFrame:
    files = sorted(folder.rglob("*.csv"))
    if len(files) != 1:
        sys.exit(f"ClientError: one CSV file is expected in {folder}, {len(files)} were given")
    try:
        return pd.read_csv(files[0])
    except (ValueError, pd.errors.ParserError) as error:
        sys.exit(f"ClientError: {files[0].name} is not a well-formed CSV table: {error}")


def label_of(table: pd.DataFrame) -> str:
    for column in table.columns:
        if str(column).lower() in LABELS:
            return column
    sys.exit(f"ClientError: no column is named as a label is ({', '.join(LABELS)}); the columns are {', '.join(map(str, table.columns))}")


def main() -> None:
    table = read(INPUT)
    label = label_of(table)
    classes = sorted(table[label].dropna().unique())
    if len(classes) != 2 or table[label].isna().any():
        sys.exit(f"ClientError: the label {label} must have two values in every row, it has {len(classes)}")
    features = table.drop(columns=[label])
    for column in features.columns:
        if features[column].dtype == object:
            features[column] = features[column].astype("category").cat.codes
    widest = features.nunique().sort_values(ascending=False, kind="stable").index
    if len(widest) < 4:
        sys.exit("ClientError: the table needs at least four features")
    # The column with most values stays as it is; the two after it are scaled.
    standardised, ranged = widest[1], widest[2]
    y = (table[label] == classes[1]).astype(int)
    x_train, x_test, y_train, y_test = train_test_split(features, y, test_size=TEST_SHARE, random_state=SEED, stratify=y)
    x_train, x_test = x_train.copy(), x_test.copy()
    for column, scaler in ((standardised, StandardScaler()), (ranged, MinMaxScaler())):
        x_train[column] = scaler.fit_transform(x_train[[column]].astype(float))[:, 0]
        x_test[column] = scaler.transform(x_test[[column]].astype(float))[:, 0]
    columns = [label, *features.columns]
    for name, x, y_part in (("train", x_train, y_train), ("test", x_test, y_test)):
        part = pd.concat([y_part.rename(label), x], axis=1)[columns]
        (OUTPUT / name).mkdir(parents=True, exist_ok=True)
        part.to_csv(OUTPUT / name / f"{name}.csv", index=False, header=False)
    (OUTPUT / "baseline").mkdir(parents=True, exist_ok=True)
    x_train.to_csv(OUTPUT / "baseline" / "baseline.csv", index=False)
    (OUTPUT / "header").mkdir(parents=True, exist_ok=True)
    (OUTPUT / "header" / "header.json").write_text(json.dumps({"label": label, "features": [str(c) for c in features.columns]}))
    print(f"{len(x_train)} rows to train on, {len(x_test)} to test on, {features.shape[1]} features")
    print(f"standardised: {standardised}; scaled to 0..1: {ranged}")


if __name__ == "__main__":
    main()
