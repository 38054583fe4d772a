using System.Text;

namespace NeuralCore.Fuzz.Mutation;

/// <summary>Damage to JSON that is still JSON, for the most part: other values, other names, members twice or gone.</summary>
public static class JsonDamage
{
    private static readonly string[] Values =
    [
        "0", "-1", "1", "1.5", "1e999", "99999999999999999999", "2147483647", "4294967296", "null", "true", "\"\"", "\"\\ud800\"", "[]", "{}", "[null]",
        "[1,1,1,1,1,1,1,1,1]", "{\"class_name\":\"Dense\",\"config\":{}}", "\"softmax\"", "\"same\"",
    ];

    /// <summary>Damages a copy of a text.</summary>
    public static string Damage(string json, Random random)
    {
        List<(int Start, int End)> tokens = Tokens(json);
        if (tokens.Count == 0)
        {
            return json + random.Next();
        }

        (int start, int end) = tokens[random.Next(tokens.Count)];
        (int otherStart, int otherEnd) = tokens[random.Next(tokens.Count)];
        switch (random.Next(7))
        {
            case 0:
                return json[..start] + Values[random.Next(Values.Length)] + json[end..];
            case 1:
                return json[..start] + json[otherStart..otherEnd] + json[end..];
            case 2:
                return json[..start] + json[end..];
            case 3:
                return json[..Math.Min(start, otherStart)] + json[Math.Max(end, otherEnd)..];
            case 4:
                return json[..end] + json[Math.Min(start, otherStart)..Math.Max(end, otherEnd)] + json[end..];
            case 5:
                string brackets = random.Next(2) == 0 ? "[" : "{\"a\":";
                return json[..start] + new StringBuilder().Insert(0, brackets, random.Next(1, 400)) + json[start..];
            default:
                return json[..start] + random.Next(-3, 70_000) + json[end..];
        }
    }

    /// <summary>Where strings, numbers and words stand.</summary>
    private static List<(int Start, int End)> Tokens(string json)
    {
        var tokens = new List<(int, int)>();
        for (int i = 0; i < json.Length; i++)
        {
            int start = i;
            if (json[i] == '"')
            {
                for (i++; i < json.Length && json[i] != '"'; i++)
                {
                    i += json[i] == '\\' ? 1 : 0;
                }

                tokens.Add((start, Math.Min(i + 1, json.Length)));
            }
            else if (char.IsAsciiLetterOrDigit(json[i]) || json[i] == '-')
            {
                while (i + 1 < json.Length && (char.IsAsciiLetterOrDigit(json[i + 1]) || json[i + 1] is '.' or '+' or '-'))
                {
                    i++;
                }

                tokens.Add((start, i + 1));
            }
        }

        return tokens;
    }
}
