#:project ../Support/NeuralCore.Course.csproj
#:property PublishAot=false
using NeuralCore.Course;

// A solution of exercise 2. The walk backwards. Number i of a computation is an input if its list is empty; else the list names the
// numbers it was computed from, all before it, with the slope by each. Give the derivative of the last number by every number.
//     dotnet run -c Release --file src/course/solutions/02-autograd.cs
// The checks are in src/course/Support/Exercises/Exercise02.cs.
return Exercise02.Judge(Backward);

static double[] Backward((int Input, double Slope)[][] numbers)
{
    double[] gradients = new double[numbers.Length];
    gradients[^1] = 1;
    for (int i = numbers.Length - 1; i >= 0; i--)
    {
        foreach ((int input, double slope) in numbers[i])
        {
            gradients[input] += gradients[i] * slope;
        }
    }

    return gradients;
}
