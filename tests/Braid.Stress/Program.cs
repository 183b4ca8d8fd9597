Console.WriteLine("no run yet");
