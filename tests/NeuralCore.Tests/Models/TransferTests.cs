using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Models;

/// <summary>Going on from a trained network: what stays, what is new, and that features kept in memory train to the same weights.</summary>
public sealed class TransferTests
{
    private static readonly Shape Image = new(12, 12, 1);

    [Theory]
    [InlineData("seed")]
    [InlineData("small")]
    [InlineData("resnet")]
    [InlineData("densenet")]
    public void Features_and_the_whole_network_train_to_the_same_weights(string network)
    {
        using Model source = Source(network, 3);
        LabelledImages images = Images(4);
        using Transfer kept = Transfer.Of(source, 4), whole = Transfer.Of(source, 4);
        Model head = kept.Head!;
        Train(kept, head, kept.Features(images, CpuBackend.Create(1)));
        kept.Whole.Compile(backend: CpuBackend.Create(1));
        kept.TakeWeights(kept.Whole);
        kept.TakeHead();
        Train(whole, whole.Whole, images);
        foreach ((ModelParameter one, ModelParameter other) in kept.Whole.Parameters.Zip(whole.Whole.Parameters).Where(pair => !pair.First.IsTrained))
        {
            Assert.Equal(one.Read(), other.Read());
        }

        // First values are drawn by a weight's place in its network, so the new layer began elsewhere: what both learnt is compared, not its bits.
        Assert.Equal(4, kept.Whole.Classes);
        Assert.True(kept.Whole.Evaluate(images).Loss < Math.Log(4));
        Assert.True(whole.Whole.Evaluate(images).Loss < Math.Log(4));
    }

    [Fact]
    public void Frozen_layers_keep_the_weights_of_the_source_and_the_last_one_learns()
    {
        using Model source = Source("best", 3);
        using Transfer transfer = Transfer.Of(source, 3);
        Train(transfer, transfer.Whole, Images(3));
        string last = transfer.Whole.NameOf(transfer.Whole.Layers[^1]);
        foreach ((ModelParameter before, ModelParameter after) in source.Parameters.Zip(transfer.Whole.Parameters))
        {
            bool isLast = after.Name.StartsWith(last, StringComparison.Ordinal);
            Assert.Equal(isLast, after.IsTrained);
            Assert.Equal(!isLast, before.Read().AsSpan().SequenceEqual(after.Read()));
        }
    }

    [Fact]
    public void What_one_transfer_kept_the_next_may_train()
    {
        using Model source = Source("colour", 3);
        bool[] before = [.. source.Layers.Select(layer => layer.Trainable)];
        using (Transfer frozen = Transfer.Of(source, 3))
        {
            Assert.Single(source.Layers, layer => layer.Trainable && layer.Weights.Count > 0);
        }

        // The filters that whiten patches were never trained, and are not now.
        Assert.Equal(before, source.Layers.Select(layer => layer.Trainable));
        using Transfer tuned = Transfer.Of(source, 3, Transfer.NoLayer);
        tuned.Whole.Compile(backend: CpuBackend.Create(1));
        Assert.Equal(source.Parameters.Select(parameter => parameter.IsTrained), tuned.Whole.Parameters.Select(parameter => parameter.IsTrained));
    }

    [Fact]
    public void The_same_classes_keep_the_last_layer_and_the_predictions()
    {
        using Model source = Source("seed", 3);
        LabelledImages images = Images(3);
        using Transfer transfer = Transfer.Of(source, 3);
        transfer.Whole.Compile(backend: CpuBackend.Create(1));
        transfer.TakeWeights(transfer.Whole);
        Assert.Equal(source.Predict(images.Pixels(5)), transfer.Whole.Predict(images.Pixels(5)));
    }

    [Fact]
    public void A_name_says_how_far_the_network_is_kept()
    {
        using Model source = Source("seed", 3);
        using Transfer transfer = Transfer.Of(source, 3, "conv2d");
        transfer.Whole.Compile(backend: CpuBackend.Create(1));
        Assert.Equal([false, false, true, true, true, true, true, true], transfer.Whole.Parameters.Select(parameter => parameter.IsTrained));
        Assert.Equal(new Shape(10, 10, 32), transfer.Head!.Input.Shape);
    }

    [Fact]
    public void A_cut_within_a_block_leaves_no_head_but_a_network_to_train()
    {
        using Model source = Source("resnet", 3);
        using Transfer transfer = Transfer.Of(source, 3, "conv2d_1");
        Assert.Null(transfer.Head);
        Assert.Throws<InvalidOperationException>(() => transfer.Features(Images(3)));
        Train(transfer, transfer.Whole, Images(3));
    }

    [Theory]
    [InlineData("conv9", "has no layer 'conv9': its layers are conv2d, ")]
    [InlineData("dense_1", "nothing to train")]
    public void A_place_that_is_none_is_refused(string until, string reason)
    {
        using Model source = Source("seed", 3);
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => Transfer.Of(source, 3, until)).Message, StringComparison.Ordinal);
    }

    private static Model Source(string network, int classes)
    {
        Model source = Zoo.Find(network).Create(Image, classes, null);
        source.Compile(backend: CpuBackend.Create(1), seed: 4);
        source.Fit(Images(classes), epochs: 2, batchSize: 12);
        return source;
    }

    private static void Train(Transfer transfer, Model model, IDataset data)
    {
        model.Compile(new Adam(0.01), backend: CpuBackend.Create(1), seed: 7);
        transfer.TakeWeights(model);
        model.Fit(data, epochs: 6, batchSize: 12);
    }

    private static LabelledImages Images(int classes)
    {
        const int Count = 48;
        byte[] pixels = new byte[Count * Image.Count], labels = new byte[Count];
        for (int item = 0; item < Count; item++)
        {
            labels[item] = (byte)(item % classes);
            for (int row = 2; row < 10; row++)
            {
                pixels.AsSpan((item * Image.Count) + (row * 12) + 1 + (3 * labels[item]), 2).Fill((byte)(150 + (2 * item)));
            }
        }

        return new LabelledImages(pixels, labels, 12, 12, classes);
    }
}
