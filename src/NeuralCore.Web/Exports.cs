using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using NeuralCore.Web.Page;

[assembly: SupportedOSPlatform("browser")]

namespace NeuralCore.Web;

/// <summary>
/// What the worker may call. Pictures come and go as bytes, answers as JSON; what fails throws one sentence, which the page shows. The work is
/// done by <see cref="Session"/>, which knows nothing of a browser.
/// </summary>
internal static partial class Exports
{
    private static readonly Session Now = new();

    [JSExport]
    internal static string Load(byte[] file, string name) => Now.Load(file, name);

    [JSExport]
    internal static string ReadDrawing(byte[] ink, int width, int height) => Now.ReadDrawing(ink, width, height);

    [JSExport]
    internal static string ReadPhoto(byte[] rgba, int width, int height) => Now.ReadPhoto(rgba, width, height);

    [JSExport]
    internal static string ReadLine(byte[] rgba, int width, int height) => Now.ReadLine(rgba, width, height);

    [JSExport]
    internal static byte[] Frame(byte[] ink, int width, int height) => Now.Frame(ink, width, height);

    [JSExport]
    internal static byte[] Saliency(byte[] picture, int label) => Now.Saliency(picture, label);

    [JSExport]
    internal static string FeatureMaps(byte[] picture) => Now.FeatureMaps(picture);

    [JSExport]
    internal static double[] Predict(byte[] picture) => Now.Predict(picture);

    [JSExport]
    internal static byte[] Save(string extension) => Now.Save(extension);

    [JSExport]
    internal static string BeginLesson(byte[] pixels, byte[] labels, string namesJson, byte[] knownPixels, byte[] knownLabels) =>
        Now.BeginLesson(pixels, labels, namesJson, knownPixels, knownLabels);

    [JSExport]
    internal static string GoOnWithLesson() => Now.GoOnWithLesson();

    [JSExport]
    internal static string EndLesson() => Now.EndLesson();

    [JSExport]
    internal static string BeginTraining(byte[] pixels, byte[] labels, int testCount, int seed) => Now.BeginTraining(pixels, labels, testCount, seed);

    [JSExport]
    internal static string GoOnWithTraining(int milliseconds) => Now.GoOnWithTraining(milliseconds);

    [JSExport]
    internal static string TestTraining() => Now.TestTraining();

    [JSExport]
    internal static string TakeTrained() => Now.TakeTrained();
}
