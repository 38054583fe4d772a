#:project ../Support/NeuralCore.Course.csproj
#:property PublishAot=false
using NeuralCore.Course;

// A solution of exercise 3. The gradient of a dense layer's weights: dw[k, j] = sum over i of x[i, k] dy[i, j].
// x is items x inputs, dy is items x units, the result inputs x units, all stored row by row.
//     dotnet run -c Release --file src/course/solutions/03-tensors.cs
// The checks are in src/course/Support/Exercises/Exercise03.cs.
return Exercise03.Judge(WeightGradient);

static double[] WeightGradient(double[] x, double[] dy, int items, int inputs, int units)
{
    double[] dw = new double[inputs * units];
    for (int i = 0; i < items; i++)
    {
        for (int k = 0; k < inputs; k++)
        {
            for (int j = 0; j < units; j++)
            {
                dw[(k * units) + j] += x[(i * inputs) + k] * dy[(i * units) + j];
            }
        }
    }

    return dw;
}
