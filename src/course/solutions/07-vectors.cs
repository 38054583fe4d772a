#:project ../Support/NeuralCore.Course.csproj
#:property PublishAot=false
using System.Numerics;
using NeuralCore.Course;

// A solution of exercise 7. A sum of squares with Vector<float>, for any length: whole vectors first, then what is left one by one.
// Use at least two vectors of sums, so that one does not wait for the other.
//     dotnet run -c Release --file src/course/solutions/07-vectors.cs
// The checks are in src/course/Support/Exercises/Exercise07.cs.
return Exercise07.Judge(SumOfSquares);

static float SumOfSquares(float[] x)
{
    Vector<float> first = Vector<float>.Zero, second = Vector<float>.Zero;
    int width = Vector<float>.Count, i = 0;
    for (; i + (2 * width) <= x.Length; i += 2 * width)
    {
        var a = new Vector<float>(x, i);
        var b = new Vector<float>(x, i + width);
        first += a * a;
        second += b * b;
    }

    float sum = Vector.Sum(first + second);
    for (; i < x.Length; i++)
    {
        sum += x[i] * x[i];
    }

    return sum;
}
