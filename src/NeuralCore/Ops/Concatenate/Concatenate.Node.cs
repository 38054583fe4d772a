namespace NeuralCore.Ops;

/// <summary>Values side by side along one axis; <see cref="ConcatenateReference"/> states it.</summary>
internal sealed class ConcatenateNode : Node
{
    private readonly int _rows;
    private readonly int[] _widths;

    /// <summary>Concatenates values.</summary>
    /// <param name="inputs">Values that differ in the extent of the axis alone.</param>
    /// <param name="axis">The axis of an item, counted from 0.</param>
    public ConcatenateNode(IReadOnlyList<Value> inputs, int axis)
        : base(inputs)
    {
        int[] extents = [.. Input.Shape.Extents];
        _rows = extents[..axis].Aggregate(1, (product, extent) => product * extent);
        _widths = [.. inputs.Select(input => input.Shape.Count / _rows)];
        extents[axis] = inputs.Sum(input => input.Shape[axis]);
        NewOutput("concatenate", new Shape(extents));
    }

    public override string Description => "Concatenate";

    public override IEnumerable<Value> ReadBackward => [];

    private int Width => Output.Shape.Count / _rows;

    public override void Forward<T>(in NodeRun<T> run)
    {
        for (int k = 0, first = 0; k < _widths.Length; first += _widths[k++])
        {
            run.Backend.CopyRows(new RowCopy(run.Items * _rows, _widths[k], 0, _widths[k], first, Width), run.InputAt(k), run.Output);
        }
    }

    public override void Backward<T>(in NodeRun<T> run)
    {
        for (int k = 0, first = 0; k < _widths.Length; first += _widths[k++])
        {
            if (run.InputGradientAt(k) is { } dInput)
            {
                run.Backend.CopyRows(new RowCopy(run.Items * _rows, _widths[k], first, Width, 0, _widths[k]), run.OutputGradient, dInput);
            }
        }
    }
}
