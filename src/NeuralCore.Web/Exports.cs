using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using NeuralCore.Web.Page;

[assembly: SupportedOSPlatform("browser")]

namespace NeuralCore.Web;

/// <summary>
/// What the worker calls. Pictures are bytes and answers are JSON; an exception's message is one sentence, which the page shows.
/// <see cref="Page.Session"/> does the work and describes the methods; it does not depend on a browser.
/// </summary>
internal static partial class Exports
{
    private static readonly Session Session = new();

#if OWN_PARTS
    static Exports() => OwnParts.Register();
#endif

    [JSExport]
    internal static string Load(byte[] file, string name) => Session.Load(file, name);

    [JSExport]
    internal static string ReadDrawing(byte[] ink, int width, int height) => Session.ReadDrawing(ink, width, height);

    [JSExport]
    internal static string ReadPhoto(byte[] rgba, int width, int height) => Session.ReadPhoto(rgba, width, height);

    [JSExport]
    internal static string ReadLine(byte[] rgba, int width, int height) => Session.ReadLine(rgba, width, height);

    [JSExport]
    internal static byte[] Frame(byte[] ink, int width, int height) => Session.Frame(ink, width, height);

    [JSExport]
    internal static byte[] Saliency(byte[] picture, int label) => Session.Saliency(picture, label);

    [JSExport]
    internal static string FeatureMaps(byte[] picture) => Session.FeatureMaps(picture);

    [JSExport]
    internal static double[] Predict(byte[] picture) => Session.Predict(picture);

    [JSExport]
    internal static byte[] Save(string extension) => Session.Save(extension);

    [JSExport]
    internal static string BeginLesson(byte[] pixels, byte[] labels, string namesJson, byte[] knownPixels, byte[] knownLabels) =>
        Session.BeginLesson(pixels, labels, namesJson, knownPixels, knownLabels);

    [JSExport]
    internal static string GoOnWithLesson() => Session.GoOnWithLesson();

    [JSExport]
    internal static string EndLesson() => Session.EndLesson();

    [JSExport]
    internal static string BeginTraining(byte[] pixels, byte[] labels, int testCount, int seed) => Session.BeginTraining(pixels, labels, testCount, seed);

    [JSExport]
    internal static string GoOnWithTraining(int milliseconds) => Session.GoOnWithTraining(milliseconds);

    [JSExport]
    internal static string TestTraining() => Session.TestTraining();

    [JSExport]
    internal static string TakeTrained() => Session.TakeTrained();
}
