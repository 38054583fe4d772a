// How many digits `predict --multi` gets right, by edit distance:
//   dotnet run --project src/NeuralCore.Trainer -c Release -- predict --multi --model FILE --json - FOLDER/img/*.png | dotnet run tests/ScoreLines.cs -- FOLDER/labels.csv
// labels.csv has the columns file, label and kind; in a label | begins the next line of writing, and only digits are compared.
using System.Text.Json;

var readings = new Dictionary<string, string>();
while (Console.ReadLine() is { } row)
{
    using JsonDocument json = JsonDocument.Parse(row);
    if (json.RootElement.GetProperty("event").GetString() == "lines")
    {
        readings[Path.GetFileName(json.RootElement.GetProperty("file").GetString()!)] = string.Concat(json.RootElement.GetProperty("lines").EnumerateArray().Select(line => line.GetString()));
    }
}

var totals = new SortedDictionary<string, (int Wrong, int Digits)>();
foreach (string[] fields in File.ReadLines(args[0]).Skip(1).Select(row => row.Split(',')))
{
    string label = fields[1].Replace("|", "", StringComparison.Ordinal);
    string reading = readings.GetValueOrDefault(Path.GetFileName(fields[0]), "");
    int wrong = EditDistance(reading, label);
    (int wrongSoFar, int digits) = totals.GetValueOrDefault(fields[2]);
    totals[fields[2]] = (wrongSoFar + wrong, digits + label.Length);
    if (wrong > 0)
    {
        Console.WriteLine($"{wrong} wrong in {Path.GetFileName(fields[0])}: {label} was read as {reading}");
    }
}

foreach ((string kind, (int wrong, int digits)) in totals)
{
    Console.WriteLine($"{kind}: {digits - wrong} of {digits} digits right, {100.0 * (digits - wrong) / digits:0.00} %");
}

// The fewest digits to insert, remove or replace (Levenshtein, 1966).
static int EditDistance(string from, string to)
{
    int[] row = [.. Enumerable.Range(0, to.Length + 1)];
    for (int i = 1; i <= from.Length; i++)
    {
        (int diagonal, row[0]) = (row[0], i);
        for (int j = 1; j <= to.Length; j++)
        {
            (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
        }
    }

    return row[^1];
}
