#:project ../Support/NeuralCore.Course.csproj
#:property PublishAot=false
using NeuralCore.Course;

// A solution of exercise 4. The gradient of an average-pooling of 2 x 2 windows that do not overlap: y = (x1 + x2 + x3 + x4) / 4.
// dy has height / 2 rows of width / 2 numbers; give dx, height rows of width numbers. Both sizes are even.
//     dotnet run -c Release --file src/course/solutions/04-convolution.cs
// The checks are in src/course/Support/Exercises/Exercise04.cs.
return Exercise04.Judge(AveragePoolBackward);

static double[] AveragePoolBackward(double[] dy, int height, int width)
{
    double[] dx = new double[height * width];
    for (int i = 0; i < dx.Length; i++)
    {
        int row = i / width, column = i % width;
        dx[i] = dy[(row / 2 * (width / 2)) + (column / 2)] / 4;
    }

    return dx;
}
