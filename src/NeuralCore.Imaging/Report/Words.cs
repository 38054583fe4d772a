using System.Globalization;

namespace NeuralCore.Imaging.Report;

/// <summary>Numbers as a report says them, the same in every country.</summary>
internal static class Words
{
    /// <summary>A count with its thousands apart.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A fraction in percent, two digits behind the point; a dash where there is none.</summary>
    public static string Percent(double fraction) => double.IsFinite(fraction) ? (fraction * 100).ToString("0.00", CultureInfo.InvariantCulture) + "%" : "–";

    /// <summary>A number with four digits behind the point; a dash where there is none.</summary>
    public static string Number(double value) => double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "–";

    /// <summary>A number with as many digits as it needs, at most four behind the point.</summary>
    public static string Short(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>A fraction in percent, with as many digits as it needs, at most two behind the point.</summary>
    public static string ShortPercent(double fraction) => (fraction * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    /// <summary>A count with its noun: <c>1 image</c>, <c>2 images</c>.</summary>
    public static string Count(long count, string one, string more) => $"{Count(count)} {(count == 1 ? one : more)}";
}
