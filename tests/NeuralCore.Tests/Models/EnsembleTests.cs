using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Models;

public sealed class EnsembleTests
{
    private static readonly Shape Image = new(6, 6, 1);

    [Fact]
    public void An_ensemble_gives_the_mean_of_what_its_members_give()
    {
        using Ensemble ensemble = Make(1, 2, 3);
        LabelledImages images = Images();
        Predictions mean = ensemble.Predict(images);
        Predictions[] each = [.. ensemble.Members.Select(member => member.Predict(images))];
        for (int item = 0; item < images.Count; item++)
        {
            for (int k = 0; k < ensemble.Classes; k++)
            {
                Assert.Equal((float)(((double)each[0][item][k] + each[1][item][k] + each[2][item][k]) / 3), mean[item][k]);
            }

            Assert.Equal(mean.Class(item), Array.IndexOf(ensemble.Predict(images.Pixels(item)), ensemble.Predict(images.Pixels(item)).Max()));
        }
    }

    [Fact]
    public void An_ensemble_of_one_is_judged_as_the_model_is()
    {
        using Ensemble ensemble = Make(5);
        LabelledImages images = Images();
        Evaluation alone = ensemble.Members[0].Evaluate(images), together = ensemble.Evaluate(images);
        Assert.Equal(alone.Accuracy, together.Accuracy);

        // The one is a sum of float logarithms of logits, the other of double ones of probabilities that were rounded to float.
        Assert.Equal(alone.Loss, together.Loss, 1e-5);
        Assert.Equal(alone.Confusion[1, 1], together.Confusion[1, 1]);
    }

    [Fact]
    public void A_class_that_all_members_exclude_has_a_finite_loss()
    {
        var sure = new Predictions(1, 2, [1, 0]);
        Evaluation evaluation = Ensemble.Evaluate([sure, sure], new ArrayDataset(new float[1], new Shape(1), new[] { 1 }, 2));
        Assert.True(double.IsFinite(evaluation.Loss));
        Assert.Equal(0, evaluation.Accuracy);
    }

    [Fact]
    public void Models_of_other_classes_or_images_do_not_go_together()
    {
        using Model three = Compiled(3, Image, 1), four = Compiled(4, Image, 1), wide = Compiled(3, new Shape(6, 7, 1), 1);
        Assert.Contains("4 classes", Assert.Throws<ArgumentException>(() => new Ensemble([three, four])).Message, StringComparison.Ordinal);
        Assert.Contains("6x7x1", Assert.Throws<ArgumentException>(() => new Ensemble([three, wide])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Ensemble([]));
    }

    private static Ensemble Make(params ulong[] seeds) => new([.. seeds.Select(seed => Compiled(3, Image, seed))]);

    private static Model Compiled(int classes, Shape image, ulong seed)
    {
        Model model = Zoo.Mlp(image, classes, units: 8);
        model.Compile(backend: CpuBackend.Create(1), seed: seed);
        return model;
    }

    private static LabelledImages Images()
    {
        const int Count = 20;
        byte[] pixels = [.. Enumerable.Range(0, Count * Image.Count).Select(i => (byte)(i * 37))];
        return new LabelledImages(pixels, Enumerable.Range(0, Count).Select(i => (byte)(i % 3)).ToArray(), 6, 6, 3);
    }
}
