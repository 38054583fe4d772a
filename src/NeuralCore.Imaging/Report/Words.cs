using System.Globalization;

namespace NeuralCore.Imaging.Report;

/// <summary>Numbers as a report says them, the same in every country.</summary>
internal static class Words
{
    /// <summary>A count with its thousands apart.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A fraction in percent, two digits behind the point; a dash if it is not a number.</summary>
    public static string Percent(double fraction) => double.IsFinite(fraction) ? (fraction * 100).ToString("0.00", CultureInfo.InvariantCulture) + "%" : "–";

    /// <summary>A number with four digits behind the point; a dash if it is not a number.</summary>
    public static string Number(double value) => double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "–";

    /// <summary>A number with as many digits as it needs, at most four behind the point.</summary>
    public static string Short(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>A fraction in percent, with as many digits as it needs, at most two behind the point.</summary>
    public static string ShortPercent(double fraction) => (fraction * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    /// <summary>How often: <c>once</c>, <c>twice</c>, <c>3 times</c>.</summary>
    public static string Times(long count) => count switch { 1 => "once", 2 => "twice", _ => $"{Count(count)} times" };

    /// <summary>A probability in percent, with as many digits as it takes to see that it is not nothing.</summary>
    public static string Chance(double probability) => probability switch
    {
        < 0.0001 => "less than 0.01%",
        < 0.01 => (probability * 100).ToString("0.00", CultureInfo.InvariantCulture) + "%",
        _ => (probability * 100).ToString("0.#", CultureInfo.InvariantCulture) + "%",
    };

    /// <summary>A time: <c>4.2 seconds</c>, <c>3 min 20 s</c>, <c>2 h 5 min</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " seconds",
        { TotalSeconds: < 100 } => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + " seconds",
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
    };

    /// <summary>A count with its noun: <c>1 image</c>, <c>2 images</c>.</summary>
    public static string Count(long count, string one, string more) => $"{Count(count)} {(count == 1 ? one : more)}";
}
