using System.Globalization;

namespace NeuralCore.Files;

/// <summary>Adam's settings as text: learning rate, beta 1, beta 2 and epsilon, with a space between them, in all their digits.</summary>
internal static class AdamText
{
    /// <summary>Writes the settings.</summary>
    public static string Write(Adam adam) => string.Create(
        CultureInfo.InvariantCulture, $"{adam.LearningRate:R} {adam.Beta1:R} {adam.Beta2:R} {adam.Epsilon:R}");

    /// <summary>The optimiser as Adam.</summary>
    /// <exception cref="NotSupportedException">It is another.</exception>
    public static Adam Require(Optimizer optimizer) =>
        optimizer as Adam ?? throw new NotSupportedException($"A model that is trained by {optimizer.GetType().Name} can not be written to a file yet.");

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidDataException">These are none; the message completes "the file ...".</exception>
    public static Adam Read(string text)
    {
        double[] numbers = [.. text.Split(' ', 5).Select(word =>
            double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        try
        {
            if (numbers is [var rate, var beta1, var beta2, var epsilon])
            {
                return new Adam(rate, beta1, beta2, epsilon);
            }
        }
        catch (ArgumentOutOfRangeException)
        {
            // Said below, in words about the file.
        }

        throw new InvalidDataException($"has {FileText.Quote(text)} for Adam's settings, which are four numbers");
    }
}
