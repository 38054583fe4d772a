using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Measurement;

/// <summary>What a program measured, row by row, for other programs to read: as CSV, or as JSON, which also names the machine.</summary>
/// <param name="jsonFile">The file of the JSON; null for none.</param>
/// <param name="csvFile">The file of the CSV; null for none.</param>
internal sealed class Results(string? jsonFile, string? csvFile)
{
    private static readonly JsonWriterOptions Format = new() { Indented = true };

    private readonly List<(string Name, object? Value)[]> _rows = [];

    /// <summary>Notes a row.</summary>
    /// <param name="columns">Name and value of each column: a text, a number, or null if there is none.</param>
    public void Add(params (string Name, object? Value)[] columns) => _rows.Add(columns);

    /// <summary>Makes the folders of the files, before the work.</summary>
    /// <exception cref="IOException">One cannot be made.</exception>
    public void MakeFolders()
    {
        foreach (string file in new[] { jsonFile, csvFile }.OfType<string>())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        }
    }

    /// <summary>Writes the files that were asked for.</summary>
    /// <param name="program">What measured.</param>
    public void Save(string program)
    {
        if (jsonFile is not null)
        {
            Write(jsonFile, Json(program));
        }

        if (csvFile is not null)
        {
            Write(csvFile, Encoding.UTF8.GetBytes(Csv()));
        }
    }

    /// <summary>Whole or not at all.</summary>
    private static void Write(string file, byte[] content)
    {
        string half = file + ".half";
        File.WriteAllBytes(half, content);
        File.Move(half, file, overwrite: true);
    }

    private byte[] Json(string program)
    {
        using var stream = new MemoryStream();
        WriteJson(stream, program);
        return stream.ToArray();
    }

    private void WriteJson(Stream stream, string program)
    {
        using var json = new Utf8JsonWriter(stream, Format);
        json.WriteStartObject();
        json.WriteString("program", program);
        json.WriteString("date", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteString("version", typeof(Model).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
        json.WriteString("processor", Processor.Name);
        json.WriteNumber("processors", Environment.ProcessorCount);
        json.WriteStartArray("rows");
        foreach ((string Name, object? Value)[] row in _rows)
        {
            json.WriteStartObject();
            foreach ((string name, object? value) in row)
            {
                json.WritePropertyName(name);
                WriteValue(json, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
            case double and (double.NaN or double.PositiveInfinity or double.NegativeInfinity):
                json.WriteNullValue();
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue($"{value}");
                break;
        }
    }

    /// <summary>RFC 4180: a heading, a line a row, quotation marks around what has commas, quotation marks or line ends. Rows may have different columns.</summary>
    private string Csv()
    {
        string[] names = [.. _rows.SelectMany(row => row).Select(column => column.Name).Distinct()];
        IEnumerable<string> rows = _rows.Select(row => string.Join(',', names.Select(name => Quoted(Text(row.FirstOrDefault(column => column.Name == name).Value)))));
        return string.Concat(rows.Prepend(string.Join(',', names.Select(Quoted))).Select(line => line + "\r\n"));
    }

    private static string Text(object? value) => value switch
    {
        null or double.NaN => "",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
