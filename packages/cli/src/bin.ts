#!/usr/bin/env node
import { main } from './run/main.ts';

void main(process);
