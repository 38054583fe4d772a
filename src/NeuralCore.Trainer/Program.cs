using NeuralCore.Trainer;

using var interruption = new Interruption(Console.Error);
return App.Run(args, Terminal.OfThisProcess(), interruption.Token);
