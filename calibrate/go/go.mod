module runtime-duel/calibrate

go 1.23
