using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace NeuralCore.Trainer.Commands;

/// <summary>Options that say in plain words what they take.</summary>
internal static class OptionOf
{
    /// <summary>A whole number in a range.</summary>
    public static Option<int> WholeNumber(string name, string description, int fallback, int smallest, int largest = int.MaxValue)
    {
        string range = largest == int.MaxValue ? $"of at least {smallest}" : $"from {smallest} to {largest}";
        return Make(
            name, "N", description, fallback, $"a whole number {range}",
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= smallest && value <= largest
                ? value
                : null);
    }

    /// <summary>Makes an option that has no value of its own take a whole number of at least <paramref name="smallest"/>.</summary>
    public static void ParseWholeNumber(Option<int?> option, int smallest) => option.CustomParser = result =>
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= smallest)
        {
            return value;
        }

        result.AddError($"{option.Name} takes a whole number of at least {smallest}, not '{text}'");
        return null;
    };

    /// <summary>A number that a condition holds for.</summary>
    public static Option<double> Number(string name, string description, double fallback, string range, Predicate<double> accepts) => Make(
        name, "X", description, fallback, $"a number {range}",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && accepts(value) ? value : (double?)null);

    /// <summary>A number that a condition holds for, or none.</summary>
    public static Option<double?> NumberOrNone(string name, string description, string range, Predicate<double> accepts) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && accepts(value))
            {
                return value;
            }

            result.AddError($"{name} takes a number {range}, not '{text}'");
            return null;
        },
    };

    /// <summary>A seed: any 64 bits.</summary>
    public static Option<ulong> Seed(string name, string description) => Make(
        name, "N", description, 0UL, "a whole number from 0 to 2^64 - 1",
        text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : (ulong?)null);

    private static Option<T> Make<T>(string name, string helpName, string description, T fallback, string wanted, Func<string, T?> parse)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => fallback,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (parse(text) is { } value)
                {
                    return value;
                }

                result.AddError($"{name} takes {wanted}, not '{text}'");
                return fallback;
            },
        };
}
