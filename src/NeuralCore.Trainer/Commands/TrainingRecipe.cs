using NeuralCore.Data;
using NeuralCore.Imaging.Datasets;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Commands;

/// <summary>What the learning rate does over a training.</summary>
internal enum RateSchedule
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It falls: <see cref="CosineDecay"/>.</summary>
    Cosine,

    /// <summary>It rises and falls: <see cref="NeuralCore.OneCycle"/>.</summary>
    OneCycle,

    /// <summary>It rises and falls in lines: <see cref="Triangle"/>.</summary>
    Triangular,
}

/// <summary>How a network is trained: all numbers but the seed that decide, from the same images, which weights come out.</summary>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="BatchSize">Images in a step.</param>
/// <param name="ValidationSplit">The part of the training images, from their end, to validate with.</param>
/// <param name="LearningRate">The learning rate; the highest, where a schedule changes it.</param>
/// <param name="Schedule">What the learning rate does.</param>
/// <param name="Beta1">The decay of Adam's mean gradient.</param>
/// <param name="Beta2">The decay of Adam's mean squared gradient.</param>
/// <param name="ShuffleSplit">Whether that part is drawn at random, the same part of each class, and not from the end.</param>
/// <param name="Augmentation">How far training images are changed; not at all if null.</param>
internal sealed record TrainingRecipe(
    int Epochs, int BatchSize, double ValidationSplit, double LearningRate, RateSchedule Schedule, double Beta1, double Beta2, bool ShuffleSplit = false,
    Augmentation? Augmentation = null)
{
    /// <summary>The name of the network, in the <see cref="Zoo"/>.</summary>
    public string Network { get; init; } = "seed";

    /// <summary>What is taken from each target and shared out to all classes.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The largest Euclidean norm of all gradients together; null for no limit.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The share of the average of the weights that stays at a step; null for no average.</summary>
    public double? Average { get; init; }

    /// <summary>The number of shards that each batch is cut into; if null, the number of ranks.</summary>
    public int? Shards { get; init; }

    /// <summary>What images of a class count in training, by the class; null where all count the same.</summary>
    public IReadOnlyDictionary<int, double>? ClassWeights { get; init; }

    /// <summary>The momentum of stochastic gradient descent in Nesterov's form, which takes Adam's place; null for Adam.</summary>
    public double? Momentum { get; init; }

    /// <summary>What is taken off kernels at each step, as a part of them, times the learning rate.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The learning rate of biases and offsets, as a multiple of the kernels'.</summary>
    public double BiasRate { get; init; } = 1;

    /// <summary>Whether the model predicts the mean of several views of a picture: <see cref="ViewAverage"/>.</summary>
    public bool AveragesViews { get; init; }

    /// <summary>What is done to pictures where the command line does not say.</summary>
    public PictureDefaults Pictures { get; init; } = PictureDefaults.None;

    /// <summary>Keras's defaults.</summary>
    public static readonly TrainingRecipe Default = new(10, 128, 0.3, 0.001, RateSchedule.Constant, 0.9, 0.999);

    /// <summary>
    /// 99 % of MNIST's test images in little time. One cycle of the learning rate makes two epochs do, and Adam with a memory of tens
    /// of steps in place of a thousand learns a little more in them. The numbers were chosen by the accuracy on the last 18,000 training images.
    /// </summary>
    public static readonly TrainingRecipe Fast = new(2, 128, 0, 0.006, RateSchedule.OneCycle, 0.8, 0.95);

    /// <summary>
    /// 99 % of MNIST's test images in the least time: one epoch of a small network, with the optimiser and the cycle of github.com/tuomaso/train_mnist_fast.
    /// Batches of 128 in place of 256 and label smoothing were chosen by the accuracy on the last 18,000 training images, means of four seeds: 98.61 % without
    /// either, 98.72 with such batches, 98.88 with smoothing, 99.04 with both, and 98.97 with 16 filters in place of 24 in the first layer.
    /// </summary>
    public static readonly TrainingRecipe Fastest = new(1, 128, 0, 0.01, RateSchedule.OneCycle, 0.7, 0.9) { Network = "small", LabelSmoothing = 0.1 };

    /// <summary>
    /// For digits of real life: all images, changed anew in each epoch and some of them given strokes that MNIST's writers did not
    /// draw, and as many epochs as such a training goes on learning in, with a learning rate that falls to nothing. The numbers were
    /// chosen by the accuracy on the last 18,000 training images and on disturbed copies of them.
    /// </summary>
    public static readonly TrainingRecipe Robust = new(40, 128, 0, 0.002, RateSchedule.OneCycle, 0.9, 0.99, Augmentation: Augmentation.Digits);

    /// <summary>
    /// For the most accuracy on MNIST's test images that one network gives in less than an hour: batch normalization, images turned, moved and zoomed as in
    /// github.com/cdeotte/MNIST-CNN-99.75, one cycle of the learning rate over a long training, and an average of the weights.
    /// </summary>
    public static readonly TrainingRecipe Best = new(
        30, 128, 0, 0.005, RateSchedule.OneCycle, 0.9, 0.99, Augmentation: new Augmentation { Rotation = 15, Shift = 0.1, Zoom = 0.15 })
    {
        Network = "best",
        LabelSmoothing = 0.1,
        Average = 0.999,
    };

    /// <summary>
    /// For letters and other signs on paper, of which there are a hundred of each class: the ink of each is found and centred, and changed anew in each of many
    /// epochs. The numbers were chosen on pictures that were held out of the training ones.
    /// </summary>
    public static readonly TrainingRecipe Letters = new(
        60, 64, 0, 0.004, RateSchedule.OneCycle, 0.9, 0.99,
        Augmentation: new Augmentation { Rotation = 15, Shift = 0.08, Zoom = 0.15, Stretch = 0.2, Shear = 0.25, Elastic = 0.05, Thickness = 0.6, Blur = 0.3 })
    {
        Network = "best",
        LabelSmoothing = 0.1,
        Average = 0.99,
        Pictures = new PictureDefaults(PictureKind.Frame),
    };

    /// <summary>
    /// For small pictures in colour: the recipe of Keller Jordan's airbench94 ("94 % on CIFAR-10 in 3.29 seconds on a single GPU", 2024) at batches of half the size, in
    /// 16 epochs in place of 9.9, with an average of the last weights where that has lookahead.
    /// Its learning rate is for sums over batches, 0.001465, and its weight decay goes through the momentum, which makes it 1 / 0.15 times as large.
    /// </summary>
    public static readonly TrainingRecipe Colour = new(16, 512, 0, 0.75, RateSchedule.Triangular, 0.9, 0.999, Augmentation: Augmentation.Pictures)
    {
        Network = "colour",
        LabelSmoothing = 0.2,
        Average = 0.97,
        Momentum = 0.85,
        WeightDecay = 0.009,
        BiasRate = 64,
        AveragesViews = true,
        Pictures = new PictureDefaults(PictureKind.Picture),
    };

    /// <summary>The name of the schedule on a command line.</summary>
    public string ScheduleName => Schedule switch
    {
        RateSchedule.Cosine => "cosine",
        RateSchedule.OneCycle => "one-cycle",
        RateSchedule.Triangular => "triangular",
        _ => "constant",
    };

    /// <summary>The schedule in words: one that ends with the training is another one in a longer training.</summary>
    public string ScheduleText => Schedule == RateSchedule.Constant ? ScheduleName : $"{ScheduleName} over {Epochs} epochs";

    /// <summary>Holds out the images to validate with.</summary>
    /// <param name="images">The training images.</param>
    /// <param name="seed">Decides which, where they are drawn at random.</param>
    /// <param name="isByClass">Whether the images of a class lie next to one another: then the end of each class is held out.</param>
    /// <returns>What to train on, perhaps nothing, and what to validate with, null if nothing.</returns>
    public (IDataset Training, IDataset? Validation) Split(LabelledImages images, ulong seed, bool isByClass = false)
    {
        if (ValidationSplit == 0)
        {
            return (images, null);
        }

        if (ShuffleSplit)
        {
            return StratifiedSplit.Of(images, ValidationSplit, seed);
        }

        if (isByClass)
        {
            return StratifiedSplit.FromEnds(images, ValidationSplit);
        }

        int training = Model.TrainingCount(images.Count, ValidationSplit);
        return (new DatasetSlice(images, 0, training), training < images.Count ? new DatasetSlice(images, training, images.Count - training) : null);
    }

    /// <summary>Makes the optimiser.</summary>
    public Optimizer CreateOptimizer() => Momentum is { } momentum
        ? new SGD(LearningRate, momentum, nesterov: true) { GlobalClipNorm = ClipNorm, WeightDecay = WeightDecay, BiasRate = BiasRate }
        : new Adam(LearningRate, Beta1, Beta2) { GlobalClipNorm = ClipNorm };

    /// <summary>The recipe for images. The default augmentation is for ink on paper; images in colour are mirrored and moved in its place.</summary>
    /// <exception cref="RunException">The images are in colour, and the recipe changes ink on paper.</exception>
    public TrainingRecipe For(LabelledImages images) => Augmentation is null or { IsForPictures: true } || images.Channels == 1
        ? this
        : Augmentation == Augmentation.Default
            ? this with { Augmentation = Augmentation.Pictures }
            : throw new RunException(ExitCode.Usage, "The preset distorts ink on paper, and the pictures are in colour; use --preset colour, or --channels 1.");

    /// <summary>Makes the loss.</summary>
    public Loss CreateLoss() => new SparseCategoricalCrossentropy(labelSmoothing: LabelSmoothing);

    /// <summary>Makes the callback that averages the weights; null for no average.</summary>
    public WeightAverage? CreateAverage() => Average is { } decay ? new WeightAverage(decay, warmUp: true) : null;

    /// <summary>Makes sure that there are items for all shards of a batch.</summary>
    /// <param name="ranks">The processes that train together; null for one process alone.</param>
    /// <exception cref="RunException">There are not.</exception>
    public void RequireShards(Communicator? ranks)
    {
        if ((Shards ?? ranks?.Size) is { } shards && shards > BatchSize)
        {
            throw new RunException(ExitCode.Usage, $"A batch of {BatchSize} images cannot be cut into {shards} shards; use at most as many --shards as --batch-size, or a larger batch.");
        }
    }

    /// <summary>Makes sure that classes with weights are there.</summary>
    /// <exception cref="RunException">One is not.</exception>
    public void RequireClasses(int classes)
    {
        if (ClassWeights?.Keys.Max() is { } last && last >= classes)
        {
            throw new RunException(ExitCode.Usage, $"--class-weights names class {last}, and the classes are 0 to {classes - 1}.");
        }
    }

    /// <summary>Makes the callback that changes the learning rate; null where it stays.</summary>
    public Schedule? CreateSchedule() => Schedule switch
    {
        RateSchedule.Cosine => new CosineDecay(),
        RateSchedule.OneCycle => new OneCycle(),
        RateSchedule.Triangular => new Triangle(),
        _ => null,
    };
}
