using NeuralCore.Data;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Training;

public sealed class TrainingStateTests
{
    [Fact]
    public void A_restored_model_trains_on_as_if_it_had_never_stopped()
    {
        LabelledImages images = TestNetworks.Bars(70, 1);
        using Sequential unbroken = Compiled(), resumed = Compiled();
        unbroken.Fit(images, epochs: 2, batchSize: 20);
        Assert.Equal((8, 2), (unbroken.TrainingState.Steps, unbroken.TrainingState.Epochs));
        Copy(unbroken, resumed);
        unbroken.Fit(images, epochs: 2, batchSize: 20);
        resumed.Fit(images, epochs: 2, batchSize: 20);

        Assert.Equal(unbroken.WeightsSha256(), resumed.WeightsSha256());
        TrainingState expected = unbroken.TrainingState, actual = resumed.TrainingState;
        Assert.Equal((expected.Steps, expected.Epochs), (actual.Steps, actual.Epochs));
        Assert.Equal(expected["m"], actual["m"]);
        Assert.Equal(expected["v"], actual["v"]);
    }

    [Fact]
    public void Weights_without_their_state_train_on_in_another_way()
    {
        LabelledImages images = TestNetworks.Bars(70, 1);
        using Sequential unbroken = Compiled(), restarted = Compiled();
        unbroken.Fit(images, epochs: 1, batchSize: 20);
        Copy(unbroken, restarted);
        TrainingState learnt = restarted.TrainingState;
        restarted.Restore(new TrainingState(0, 0, [.. learnt.Optimizer.Select(state => state with { Values = [.. state.Values.Select(values => new float[values.Length])] })]));
        unbroken.Fit(images, batchSize: 20);
        restarted.Fit(images, batchSize: 20);
        Assert.NotEqual(unbroken.WeightsSha256(), restarted.WeightsSha256());
    }

    [Fact]
    public void Nothing_is_learnt_before_the_first_step()
    {
        using Sequential model = Compiled();
        Assert.Equal((0, 0), (model.TrainingState.Steps, model.TrainingState.Epochs));
        Assert.Equal(model.ParameterShapes.Select(p => p.Shape.Count), model.TrainingState["m"].Select(m => m.Length));
        Assert.All(model.TrainingState["m"].Concat(model.TrainingState["v"]), moment => Assert.All(moment, value => Assert.Equal(0, value)));
    }

    [Fact]
    public void The_state_of_another_network_is_refused_and_changes_nothing()
    {
        using Sequential model = Compiled();
        TrainingState own = model.TrainingState;
        float[][] tooFew = [.. own["v"].Take(1).Select(v => v[1..]), .. own["v"].Skip(1)];
        Assert.Throws<ArgumentException>(() => model.Restore(new TrainingState(5, 1, [own.Optimizer[0], new OptimizerState("v", tooFew)])));
        Assert.Throws<ArgumentException>(() => model.Restore(new TrainingState(5, 1, [new OptimizerState("m", []), new OptimizerState("v", [])])));
        Assert.Throws<ArgumentException>(() => model.Restore(new TrainingState(5, 1, [own.Optimizer[0]])));
        Assert.Throws<ArgumentException>(() => model.Restore(new TrainingState(5, 1, [own.Optimizer[0], own.Optimizer[1] with { Name = "velocity" }])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingState(-1, 1, []));
        Assert.Equal(0, model.TrainingState.Steps);
        Assert.Throws<InvalidOperationException>(() => new Sequential(TestNetworks.Small).TrainingState);
    }

    private static Sequential Compiled()
    {
        var model = new Sequential(TestNetworks.Small);
        model.Compile(new Adam(0.005), backend: CpuBackend.Create(2), seed: 3);
        return model;
    }

    private static void Copy(Sequential from, Sequential to)
    {
        foreach ((ModelParameter source, ModelParameter target) in from.Parameters.Zip(to.Parameters))
        {
            target.Write(source.Read());
        }

        to.Restore(from.TrainingState);
    }
}
