#:project ../Support/NeuralCore.Course.csproj
#:property PublishAot=false
using NeuralCore.Course;

// A solution of exercise 6. The least time of a convolution, in seconds: the larger of the time for its operations and of that for its bytes.
// height x width x channels to the same height and width x filters, 3 x 3, padded; 4 bytes a float, each tensor read or written once.
//     dotnet run -c Release --file src/course/solutions/06-roofline.cs
// The checks are in src/course/Support/Exercises/Exercise06.cs.
return Exercise06.Judge(LeastTime);

static double LeastTime(int height, int width, int channels, int filters, double flopsPerSecond, double bytesPerSecond)
{
    double flops = 2.0 * height * width * 9 * channels * filters;
    double bytes = 4.0 * ((height * width * (channels + filters)) + (9 * channels * filters));
    return Math.Max(flops / flopsPerSecond, bytes / bytesPerSecond);
}
