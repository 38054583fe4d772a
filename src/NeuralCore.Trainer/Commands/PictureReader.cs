using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Imaging.Datasets;
using NeuralCore.Trainer.Output;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Commands;

/// <summary>Reads folders and archives of pictures for a command, from the cache where it has them.</summary>
/// <param name="renderer">Shows how far the reading is, and what was left out.</param>
/// <param name="threads">The pictures that are prepared at the same time.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class PictureReader(Renderer renderer, int threads, CancellationToken cancellationToken)
{
    /// <summary>Reads pictures.</summary>
    /// <param name="path">The folder or archive.</param>
    /// <param name="cache">The folder of the cache; null for none.</param>
    /// <param name="options">How they are prepared.</param>
    /// <exception cref="DataFileException">They cannot be read.</exception>
    /// <exception cref="FileWriteException">The cache cannot be written.</exception>
    public PictureSet Read(string path, string? cache, PictureOptions options)
    {
        var file = cache is null ? null : new PictureCache(cache, path, options);
        if (file?.Read() is { } kept)
        {
            kept.Remarks.ToList().ForEach(renderer.Remark);
            return kept;
        }

        long start = Stopwatch.GetTimestamp();
        PictureSet pictures = PictureSet.Load(path, options with { Threads = threads, Progress = (done, total) => renderer.Show(new PictureRead(done, total)), CancellationToken = cancellationToken });
        int count = pictures.Train.Count + (pictures.Test?.Count ?? 0);
        PicturePreparation preparation = pictures.Preparation;
        renderer.Remark(
            $"{count:N0} pictures of {pictures.Train.Classes} classes read in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s; prepared as '{preparation.Name}', {preparation.Side} x {preparation.Side}, "
            + $"{(preparation.Channels == 1 ? "gray" : "colour")}.");
        pictures.Remarks.ToList().ForEach(renderer.Remark);
        file?.Write(pictures);
        return pictures;
    }
}
